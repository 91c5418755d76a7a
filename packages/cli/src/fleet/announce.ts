import { readLogLine } from '../process/log-line.ts'
import type { ServerEvent } from '../process/server-process.ts'
import { printableLine } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** The same words within so many milliseconds are said once. */
const REPEAT_AFTER = 10_000
const LONGEST_LINE = 240

/** Tell on the console what happens to a server after the start: deaths, returns, and its warnings and errors. */
export function announcer(terminal: Terminal, name: string, logFile: string): (event: ServerEvent) => void {
  const { colors } = terminal
  const said = new Map<string, number>()
  let wasTrouble = false
  const say = (text: string) => terminal.print(`${colors.bold(name)}  ${text}`)

  return (event) => {
    switch (event.type) {
      case 'line': {
        const { level, text } = readLogLine(event.line)
        if (level === undefined) return
        const line = printableLine(text).slice(0, LONGEST_LINE)
        if (Date.now() - (said.get(line) ?? 0) < REPEAT_AFTER) return
        if (said.size > 200) said.clear()
        said.set(line, Date.now())
        say(`${level === 'warning' ? colors.yellow(level) : colors.red(level)}  ${line}`)
        return
      }
      case 'died': {
        wasTrouble = true
        say(colors.red(`stopped unexpectedly (${event.how}); the last lines of ${logFile}:`))
        for (const line of event.lines)
          terminal.print(`    ${printableLine(readLogLine(line).text).slice(0, LONGEST_LINE)}`)
        say(
          event.restartIn === undefined
            ? colors.red(
                'failed several times in a row and stays stopped; correct the cause, then start the fleet again.',
              )
            : `starting it again in ${(event.restartIn / 1_000).toFixed(1)} s.`,
        )
        return
      }
      case 'unready':
        wasTrouble = true
        say(colors.yellow(`is not ready: ${event.why}; see ${logFile}.`))
        return
      case 'ready':
        if (wasTrouble) say(colors.green('is ready again.'))
        wasTrouble = false
    }
  }
}
