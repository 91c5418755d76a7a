/**
 * Which way the arrows point: what a package ships may import packages of the rows above its own, never its own row.
 * `apps/*` stands for every app: apps never import apps, and the gateway knows servers by URL. Examples are likewise.
 */
const LAYERS = [
  ['packages/errors', 'packages/app-ui'],
  ['packages/auth'],
  [
    'packages/telemetry',
    'packages/cache',
    'packages/health',
    'packages/database',
    'packages/csv-import',
    'packages/limits',
    'packages/policy',
  ],
  ['packages/audit', 'packages/scale-data'],
  ['packages/server-kit', 'packages/client', 'packages/shop-data'],
  ['packages/testing', 'packages/cli', 'apps/*', 'examples/*'],
] as const

/** Presets and checks of the repository itself: no part of what ships, at hand for every test. */
export const TOOLING = 'packages/tooling'

/** What tests stand on: in the picture, never in production. */
export const TESTING = 'packages/testing'

/** The row a folder belongs to, 0 at the bottom; undefined when the picture lacks it. */
export function layerOf(folder: string): number | undefined {
  const name = folder.replace(/^(apps|examples)\/.*/, '$1/*')
  const row = LAYERS.findIndex((layer) => layer.some((entry) => entry === name))
  return row === -1 ? undefined : row
}

/** Whole-fleet tests and benchmarks stand outside the picture: they may import anything they declare. */
export function isOutside(folder: string): boolean {
  return folder.startsWith('test/') || folder === 'bench'
}
