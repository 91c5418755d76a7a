import { stripVTControlCharacters } from 'node:util'
import pc from 'picocolors'

export type Colors = ReturnType<typeof pc.createColors>

/** Where people read what happens: steps with their time, and lines that stay. */
export interface Terminal {
  /** Whether a person watches, so that a line may be rewritten. */
  readonly interactive: boolean
  readonly colors: Colors
  /** Characters that fit on a line; unlimited when nobody watches. */
  readonly columns: number
  print(text?: string): void
  /** Do something that takes a while and say so; what `done` was given is shown at the end. */
  step<T>(title: string, run: (step: Step) => Promise<T>): Promise<T>
}

export interface Step {
  /** What it is doing now; shown only while it runs. */
  note(text: string): void
  /** What has been achieved, instead of the title. */
  done(text: string): void
}

interface ActiveStep {
  readonly title: string
  note: string
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** A terminal on a stream; colours follow NO_COLOR and FORCE_COLOR. */
export function createTerminal(
  stream: NodeJS.WriteStream | NodeJS.WritableStream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const interactive = 'isTTY' in stream && stream.isTTY === true && env.TERM !== 'dumb' && !env.CI
  const colors = pc.createColors((interactive || Boolean(env.FORCE_COLOR)) && !env.NO_COLOR)
  const active = new Set<ActiveStep>()
  let frame = 0
  let timer: NodeJS.Timeout | undefined

  const columns = () => (interactive && 'columns' in stream ? stream.columns || 80 : Number.POSITIVE_INFINITY)
  const write = (text: string) => void stream.write(text)
  const clear = () => active.size > 0 && interactive && write('\r\x1b[2K')
  const draw = () => {
    if (!interactive || active.size === 0) return
    const text = [...active]
      .map(({ title, note }) => (note && note !== title ? `${title}: ${note}` : title))
      .join(' · ')
    const icon = FRAMES[frame++ % FRAMES.length] ?? ''
    write(`\r\x1b[2K${colors.cyan(icon)} ${stripVTControlCharacters(text).slice(0, columns() - 3)}`)
  }
  const print = (text = '') => {
    clear()
    write(`${text}\n`)
    draw()
  }
  const begin = (title: string): ActiveStep => {
    const step = { title, note: '' }
    active.add(step)
    if (!interactive) write(`${title} …\n`)
    else timer ??= setInterval(draw, 100).unref()
    draw()
    return step
  }
  const end = (step: ActiveStep, line: string) => {
    clear()
    active.delete(step)
    if (active.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
    write(`${line}\n`)
    draw()
  }

  return {
    interactive,
    colors,
    get columns() {
      return columns()
    },
    print,
    async step(title, run) {
      const started = performance.now()
      const step = begin(title)
      let text = title
      try {
        const result = await run({
          note: (note) => {
            step.note = note
          },
          done: (achieved) => {
            text = achieved
          },
        })
        const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`
        end(step, `${colors.green('✔')} ${text} ${colors.dim(`(${seconds})`)}`)
        return result
      } catch (error) {
        end(step, `${colors.red('✖')} ${title}`)
        throw error
      }
    },
  }
}
