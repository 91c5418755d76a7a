/** GET some JSON of a test server. */
export async function ask(port: number, path: string): Promise<unknown> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).json()
}

/** The process id that a tiny server tells. */
export async function pidAt(port: number): Promise<number> {
  const about = await ask(port, '/about')
  if (typeof about === 'object' && about !== null && 'pid' in about) return Number(about.pid)
  throw new Error(`Nothing tells its pid on port ${port}`)
}
