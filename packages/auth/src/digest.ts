import { hash } from 'node:crypto'

/** The SHA-256 of a credential in hex: what is remembered instead of it. Not for passwords, which can be guessed. */
export function digest(credential: string): string {
  return hash('sha256', credential)
}
