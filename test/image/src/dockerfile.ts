import {
  type Copy,
  DockerfileParser,
  type From,
  type Instruction,
  type ModifiableInstruction,
  type PropertyInstruction,
} from 'dockerfile-ast'

/** What a stage does, one step after another, with variables not yet filled in. */
export type Step =
  | { kind: 'arg'; name: string; value: string | undefined }
  | { kind: 'env' | 'label'; values: Record<string, string> }
  | { kind: 'workdir' | 'user' | 'expose'; value: string }
  | { kind: 'copy'; from: string | undefined; sources: string[]; target: string; mode: number | undefined }
  | { kind: 'run'; script: string }
  | { kind: 'healthcheck' | 'entrypoint'; command: string[] }

export interface Stage {
  /** What it starts from: an image, or the name of an earlier stage. */
  base: string
  name: string | undefined
  steps: Step[]
}

/** Read a Dockerfile. Throws at an instruction or flag that a build without Docker would not repeat faithfully. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') {
      const from = instruction as From
      stages.push({ base: from.getImage() ?? '', name: from.getBuildStage() ?? undefined, steps: [] })
      continue
    }
    const stage = stages.at(-1)
    if (!stage) throw unknown(instruction)
    stage.steps.push(parseStep(instruction))
  }
  return stages
}

function parseStep(instruction: Instruction): Step {
  const keyword = instruction.getKeyword()
  const content = instruction.getRawArgumentsContent() ?? ''
  switch (keyword) {
    case 'ARG': {
      const [name = '', value] = content.split(/=(.*)/s)
      return { kind: 'arg', name, value }
    }
    case 'ENV':
    case 'LABEL':
      return {
        kind: keyword === 'ENV' ? 'env' : 'label',
        values: properties(instruction as PropertyInstruction),
      }
    case 'WORKDIR':
      return { kind: 'workdir', value: content }
    case 'USER':
      return { kind: 'user', value: content }
    case 'EXPOSE':
      return { kind: 'expose', value: content }
    case 'COPY':
      return parseCopy(instruction as Copy)
    case 'RUN':
      return parseRun(instruction as ModifiableInstruction, content)
    case 'HEALTHCHECK':
      return { kind: 'healthcheck', command: execForm(instruction, content.replace(/^CMD\s+/, '')) }
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: execForm(instruction, content) }
    default:
      throw unknown(instruction)
  }
}

function parseCopy(copy: Copy): Step {
  const flags = new Map(copy.getFlags().map((flag) => [flag.getName(), flag.getValue() ?? '']))
  if ([...flags.keys()].some((name) => !['from', 'chown', 'chmod'].includes(name))) throw unknown(copy)
  const sources = copy.getArguments().map((argument) => argument.getValue())
  const target = sources.pop() ?? ''
  const mode = flags.has('chmod') ? Number.parseInt(flags.get('chmod') ?? '', 8) : undefined
  return { kind: 'copy', from: flags.get('from'), sources, target, mode }
}

/** Cache mounts are left out: the caches of this machine serve. */
function parseRun(run: ModifiableInstruction, content: string): Step {
  const isCache = (flag: string) => /^--mount=type=cache,/.test(flag)
  if (!run.getFlags().every((flag) => isCache(flag.toString()))) throw unknown(run)
  return { kind: 'run', script: content.replaceAll(/\\\n/g, ' ') }
}

function properties(instruction: PropertyInstruction): Record<string, string> {
  return Object.fromEntries(
    instruction.getProperties().map((each) => [each.getName(), each.getValue() ?? '']),
  )
}

/** A command as a JSON list: the only form that needs no shell in the image. */
function execForm(instruction: Instruction, text: string): string[] {
  if (!text.startsWith('[')) throw unknown(instruction)
  return JSON.parse(text)
}

function unknown(instruction: Instruction): Error {
  const line = instruction.getRange().start.line + 1
  return new Error(`Dockerfile line ${line} can't be repeated without Docker: ${instruction.toString()}`)
}
