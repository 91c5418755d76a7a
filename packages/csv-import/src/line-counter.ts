/** Says on which line of the file a record begins, from how many lines the parser has seen at its end. */
export class LineCounter {
  // csv-parse counts a CRLF inside quotes as two lines.
  #miscounted = 0
  #last = 1

  /** The line after the last record. */
  get next(): number {
    return this.#last + 1
  }

  begin(cells: readonly string[], linesAtEnd: number): number {
    const text = cells.join('')
    this.#miscounted += text.split('\r\n').length - 1
    this.#last = linesAtEnd - this.#miscounted
    return this.#last - (text.split('\n').length - 1)
  }
}
