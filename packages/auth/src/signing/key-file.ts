import { generateKeyPairSync, randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { UnavailableError } from '@atoll/errors'
import { readSigningKeys, type SigningKeys, thumbprint } from './signing-keys.ts'

/**
 * The signing keys of a file (see readSigningKeys). Where there is none, makes an ES256 key that only the owner
 * may read; of several processes that start at once, all get the key of the first.
 * Throws UnavailableError, which names the file and what to do, when it cannot be read or written.
 */
export function signingKeysFile(path: string): SigningKeys {
  const text = readIfThere(path) ?? create(path)
  try {
    return readSigningKeys(text)
  } catch (cause) {
    const advice = 'Correct it, or remove it and a new key is made (tokens signed until now become void).'
    throw new UnavailableError(`The signing key ${path} is not usable. ${advice}`, { cause })
  }
}

/** Replaces a file in one step, so that nobody ever reads half of it. */
export function replaceFile(path: string, text: string, mode: number): void {
  const temporary = writeBeside(path, text, mode)
  try {
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cannot('write', path, cause)
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (code(cause) === 'ENOENT') return undefined
    throw cannot('read', path, cause)
  }
}

function create(path: string): string {
  // P-256: verifies 10-20 % faster than Ed25519 here, and every issuer and library knows it.
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = privateKey.export({ format: 'jwk' })
  const text = `${JSON.stringify({ keys: [{ ...jwk, kid: thumbprint(jwk), alg: 'ES256' }] }, null, 2)}\n`
  const temporary = writeBeside(path, text, 0o600)
  try {
    // Unlike a rename, a link never replaces the key that another process just made.
    linkSync(temporary, path)
    return text
  } catch (cause) {
    if (code(cause) === 'EEXIST') return readFileSync(path, 'utf8')
    throw cannot('write', path, cause)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function writeBeside(path: string, text: string, mode: number): string {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(temporary, 'wx', mode)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    // The umask may have taken away what others need.
    chmodSync(temporary, mode)
    return temporary
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cannot('write', path, cause)
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not. Change the owner or the permissions',
  EPERM: 'this user may not. Change the owner or the permissions',
  EROFS: 'the file system is read-only. Choose another folder',
  ENOSPC: 'the disk is full. Make room',
  ENOTDIR: 'a part of the path is a file. Choose another path',
  EISDIR: 'it is a folder. Choose another path',
}

function cannot(what: 'read' | 'write', path: string, cause: unknown): UnavailableError {
  const name = code(cause)
  return new UnavailableError(`Cannot ${what} ${path}: ${ADVICE[name] ?? `the system says ${name}`}.`, {
    cause,
  })
}

function code(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
