import type { TestProject } from 'vitest/node'
import { type Fleet, startFleet } from './start-fleet.ts'

declare module 'vitest' {
  interface ProvidedContext {
    fleet: Omit<Fleet, 'stop'>
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...fleet } = await startFleet()
  project.provide('fleet', fleet)
  return stop
}
