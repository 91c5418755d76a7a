/**
 * Feeds text of a `text/event-stream` body and calls `onData` with the joined data lines of each event
 * (WHATWG HTML, Server-sent events, section 9.2.6), and `onRest` wherever nothing of an event is kept: where one has ended,
 * and after comments. Names, ids and retry hints do not matter to MCP.
 */
export function createEventParser(
  onData: (data: string) => void,
  onRest: () => void = () => {},
): (text: string) => void {
  // A line that is still growing, in pieces: joining on every chunk would make a 10 MB line quadratic.
  let pieces: string[] = []
  let data: string[] = []

  const take = (line: string) => {
    if (line === '') {
      const text = data.join('\n')
      data = []
      onRest()
      // An event without data is none: servers of 2025-11-25 begin a stream with one.
      if (text !== '') onData(text)
    } else if (line.startsWith('data:')) {
      data.push(line.slice(line[5] === ' ' ? 6 : 5))
    } else if (line === 'data') {
      data.push('')
    } else if (line.startsWith(':') && data.length === 0) {
      onRest()
    }
  }

  // Where the text ended with a carriage return a line feed that follows belongs to it.
  let skipsLineFeed = false

  return (text) => {
    if (text === '') return
    pieces.push(skipsLineFeed && text[0] === '\n' ? text.slice(1) : text)
    skipsLineFeed = text.endsWith('\r')
    if (!/[\r\n]/.test(text)) return
    const lines = pieces.join('').split(/\r\n|\n|\r/)
    pieces = [lines.pop() ?? '']
    for (const line of lines) take(line)
  }
}
