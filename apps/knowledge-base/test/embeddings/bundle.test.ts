import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundleApp } from '@atoll/tooling/bundle'
import { expect, onTestFinished, test } from 'vitest'
import { createEmbeddedModel } from '../../src/embeddings/embedded-model.ts'

const app = join(import.meta.dirname, '../..')

test('the model works in a bundle, with nothing else on disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-embedding-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const made = join(folder, 'made')
  await mkdir(join(made, 'src'), { recursive: true })
  await symlink(join(app, 'node_modules'), join(made, 'node_modules'))
  await symlink(join(app, 'src/embeddings'), join(made, 'src/embeddings'))
  const { atollBundle } = JSON.parse(await readFile(join(app, 'package.json'), 'utf8'))
  const workers = atollBundle.workers.filter((source: string) => source.startsWith('src/embeddings/'))
  await writeFile(join(made, 'package.json'), JSON.stringify({ atollBundle: { ...atollBundle, workers } }))
  await writeFile(
    join(made, 'src/main.ts'),
    `import { createEmbeddedModel } from './embeddings/embedded-model.ts'
    const model = createEmbeddedModel()
    const [vector] = await model.embed(['one text'], { signal: new AbortController().signal })
    console.log(JSON.stringify([...vector]))
    await model.close()`,
  )
  await bundleApp(made)
  const alone = join(folder, 'alone')
  await cp(join(made, 'dist'), alone, { recursive: true })

  const { stdout } = await promisify(execFile)(process.execPath, ['main.mjs'], { cwd: alone, env: {} })
  const model = createEmbeddedModel()
  onTestFinished(() => model.close())
  const [vector] = await model.embed(['one text'], { signal: AbortSignal.timeout(60_000) })
  expect(Float32Array.from(JSON.parse(stdout))).toEqual(vector)
})
