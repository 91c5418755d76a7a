import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { ImportTenant } from '@atoll/csv-import'
import { type Command, ownerCommand } from '@atoll/database'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { Category, Group, LONGEST, line, Visibility } from '../model.ts'
import { importFolder } from './import-folder.ts'

const USAGE =
  'Usage: import --tenant TENANT --dir DIRECTORY [--category CATEGORY] [--visibility public|internal|confidential] ' +
  '[--group GROUP]... [--source NAME] [--empty]'

const Options = z.object({
  tenant: ImportTenant,
  dir: z.string().min(1),
  category: Category.optional(),
  visibility: Visibility.default('internal'),
  group: z.array(Group).max(LONGEST.groups).default([]),
  source: line(200).optional(),
  empty: z.boolean().default(false),
})

/** `import`: a folder of documents, incrementally. */
export const importCommand: Command = ownerCommand(
  'Import a folder of Markdown, HTML, text, PDF and DOCX files: --tenant TENANT --dir DIRECTORY',
  async ({ args, ...context }) => {
    const { tenant, dir, category, visibility, group, source, empty } = parse(args)
    await importFolder(context, {
      tenant,
      directory: resolve(dir),
      source: source ?? basename(resolve(dir)),
      defaults: { category, audience: { visibility, groups: group } },
      mayEmpty: empty,
    })
  },
)

function parse(args: readonly string[]): z.output<typeof Options> {
  const options = {
    tenant: { type: 'string' },
    dir: { type: 'string' },
    category: { type: 'string' },
    visibility: { type: 'string' },
    group: { type: 'string', multiple: true },
    source: { type: 'string' },
    empty: { type: 'boolean' },
  } as const
  let values: unknown
  try {
    values = parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new InvalidError(`${(cause as Error).message}\n${USAGE}`, { cause })
  }
  const parsed = Options.safeParse(values)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new InvalidError(`--${issue?.path.join('.')}: ${issue?.message}\n${USAGE}`, { cause: parsed.error })
}
