import pg from 'pg'

/** What pg keeps of a connection and does not declare. */
interface Target {
  readonly host: string
  readonly port: number
  readonly ssl: boolean
  readonly processID: number
  readonly secretKey: number
}

interface CancelConnection extends NodeJS.EventEmitter {
  readonly stream: { destroy(error: Error): void }
  connect(portOrPath: number | string, host?: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
}

const PATIENCE = 3000

/**
 * Ask the server to stop what this client's connection runs (PostgreSQL protocol, Canceling Requests in
 * Progress): on a connection of its own, which needs no login. Once it resolves the server has passed the request on.
 */
export function requestCancel(client: pg.ClientBase): Promise<void> {
  const { host, port, ssl, processID, secretKey } = client as unknown as Target
  const connection = new pg.Connection({ ssl }) as unknown as CancelConnection
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => connection.stream.destroy(new Error('No answer to a cancel request')),
      PATIENCE,
    )
    connection.once('error', reject)
    connection.once('end', () => {
      clearTimeout(timer)
      resolve()
    })
    if (ssl) connection.once('connect', () => connection.requestSsl())
    connection.once(ssl ? 'sslconnect' : 'connect', () => connection.cancel(processID, secretKey))
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`)
    else connection.connect(port, host)
  })
}
