import { styleText } from 'node:util'

export interface Step {
  name: string
  /** Resolves to what is wrong: one entry a problem, none when all is well. */
  run(): Promise<readonly string[]>
}

/** Run the steps one after another, a line each with its time, problems below. Resolves to whether all passed. */
export async function runSteps(steps: readonly Step[]): Promise<boolean> {
  let passed = true
  for (const { name, run } of steps) {
    const start = performance.now()
    const problems = await run().catch((error: unknown) => [String(error)])
    const time = `${((performance.now() - start) / 1000).toFixed(1)} s`
    const mark = problems.length === 0 ? styleText('green', '✓') : styleText('red', '✗')
    console.log(`${mark} ${name.padEnd(20)} ${styleText('dim', time.padStart(7))}`)
    for (const problem of problems) console.log(`    ${problem.trim().replaceAll('\n', '\n    ')}`)
    passed &&= problems.length === 0
  }
  return passed
}
