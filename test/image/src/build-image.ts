import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, linkSync, mkdirSync, statSync } from 'node:fs'
import { delimiter, dirname, join, posix } from 'node:path'
import { copyContext } from './build-context.ts'
import { parseDockerfile, type Stage, type Step } from './dockerfile.ts'

/** What a build leaves: the file system of the last stage, and how it is run. */
export interface Image {
  /** The folder that stands for `/`. */
  root: string
  environment: Record<string, string>
  labels: Record<string, string>
  workdir: string
  user: string
  port: number
  entrypoint: string[]
  healthcheck: string[]
}

export interface BuildOptions {
  dockerfile: string
  ignoreFile: string
  /** The folder that `docker build` would be given. */
  context: string
  args: Record<string, string>
  /** An empty folder, for one folder per stage. */
  scratch: string
  /** Where `npm install --global` of any stage goes; builds may share it. */
  globals: string
}

interface Built extends Image {
  args: Record<string, string>
}

/**
 * Repeat the steps of a Dockerfile without Docker: a folder per stage, its RUN lines through `sh` with Node 24 first
 * on PATH, its COPY lines between the folders. The base images stand for Node alone.
 */
export function buildImage(options: BuildOptions): Image {
  const context = join(options.scratch, 'context')
  copyContext(options.context, options.ignoreFile, context)
  const stages = new Map<string, Built>()
  let last: Built | undefined
  for (const [index, stage] of parseDockerfile(options.dockerfile).entries()) {
    const root = join(options.scratch, stage.name ?? `stage-${index}`)
    last = buildStage(stage, root, stages, { ...options, context })
    if (stage.name !== undefined) stages.set(stage.name, last)
  }
  if (!last) throw new Error('The Dockerfile has no stage')
  return last
}

function buildStage(
  stage: Stage,
  root: string,
  stages: ReadonlyMap<string, Built>,
  options: BuildOptions,
): Built {
  const parent = stages.get(stage.base)
  mkdirSync(root, { recursive: true })
  if (parent) cpSync(parent.root, root, { recursive: true, verbatimSymlinks: true })
  else if (/distroless/.test(stage.base)) installNode(join(root, 'nodejs/bin/node'))
  const built: Built = parent ? { ...parent, root, args: {} } : { ...EMPTY, root }
  for (const step of stage.steps) apply(step, built, stages, options)
  return built
}

const EMPTY = {
  environment: {},
  labels: {},
  workdir: '/',
  user: 'root',
  port: 0,
  entrypoint: [],
  healthcheck: [],
  args: {},
}

function apply(step: Step, built: Built, stages: ReadonlyMap<string, Built>, options: BuildOptions): void {
  const variables = { ...built.args, ...built.environment }
  switch (step.kind) {
    case 'arg':
      built.args = { ...built.args, [step.name]: options.args[step.name] ?? step.value ?? '' }
      return
    case 'env':
      built.environment = { ...built.environment, ...fillAll(step.values, variables) }
      return
    case 'label':
      built.labels = { ...built.labels, ...fillAll(step.values, variables) }
      return
    case 'workdir':
      built.workdir = posix.resolve(built.workdir, fill(step.value, variables))
      mkdirSync(join(built.root, built.workdir), { recursive: true })
      return
    case 'user':
      built.user = fill(step.value, variables)
      return
    case 'expose':
      built.port = Number(fill(step.value, variables))
      return
    case 'healthcheck':
    case 'entrypoint':
      built[step.kind] = step.command
      return
    case 'run':
      run(step.script, built, options.globals)
      return
    case 'copy':
      copy(step, built, stages, options)
  }
}

function run(script: string, { root, workdir, args, environment }: Built, globals: string): void {
  const path = [join(globals, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter)
  try {
    execFileSync('/bin/sh', ['-c', script], {
      cwd: join(root, workdir),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        // The caches of this machine, in place of the build's cache mounts.
        HOME: process.env.HOME,
        NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
        npm_config_prefer_offline: 'true',
        npm_config_prefix: globals,
        PATH: path,
        ...args,
        ...environment,
      },
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: Buffer; stderr?: Buffer }
    throw new Error(`RUN ${script} failed:\n${stdout}${stderr}`, { cause: error })
  }
}

function copy(
  { from, sources, target, mode }: Extract<Step, { kind: 'copy' }>,
  built: Built,
  stages: ReadonlyMap<string, Built>,
  { context }: BuildOptions,
): void {
  const variables = { ...built.args, ...built.environment }
  const origin = from === undefined ? undefined : stages.get(from)
  if (from !== undefined && !origin) throw new Error(`COPY --from=${from}: there is no such stage`)
  const to = join(built.root, posix.resolve(built.workdir, fill(target, variables)))
  for (const source of sources.map((each) => fill(each, variables))) {
    const file = join(origin?.root ?? context, source)
    // A folder's content is copied, a file goes into the folder named with a slash at the end.
    const into = statSync(file).isFile() && target.endsWith('/') ? join(to, posix.basename(source)) : to
    mkdirSync(dirname(into), { recursive: true })
    cpSync(file, into, { recursive: true, verbatimSymlinks: true })
    if (mode !== undefined) chmodSync(into, mode)
  }
}

/** Node where the runtime image has it, reachable for any user. */
function installNode(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  try {
    linkSync(process.execPath, file)
  } catch {
    cpSync(process.execPath, file)
  }
}

function fillAll(values: Record<string, string>, variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fill(value, variables)]))
}

function fill(text: string, variables: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_, braced, bare) => variables[braced ?? bare] ?? '')
}
