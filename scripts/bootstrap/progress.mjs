/** One line on stderr: rewritten in place on a terminal, else printed at the start and at the end. */
export function showProgress(title) {
  const started = Date.now()
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`
  const terminal = process.stderr.isTTY
  let packages = ''
  const draw = () => process.stderr.write(`\r\x1b[2K${title} … ${packages}${seconds()}`)
  const timer = terminal ? setInterval(draw, 250) : undefined
  if (terminal) draw()
  else process.stderr.write(`${title} …\n`)
  return {
    /** Read how far pnpm is from what it prints. */
    note(text) {
      const found = [...text.matchAll(/resolved (\d+).*?added (\d+)/g)].at(-1)
      if (found) packages = `${found[2]} of ${found[1]} packages, `
    },
    end(title) {
      clearInterval(timer)
      process.stderr.write(`${terminal ? '\r\x1b[2K' : ''}${title} after ${seconds()}.\n`)
    },
  }
}
