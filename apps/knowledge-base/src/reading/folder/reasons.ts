const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'It may not be read by this user.',
  EPERM: 'It may not be read by this user.',
  ELOOP: 'It is a link that leads in a circle.',
  ENOENT: 'It is not there, or leads to something that is not, or its name is not UTF-8.',
  ENOTDIR: 'It was changed while it was read.',
  ENAMETOOLONG: 'Its path is too long.',
}

/** A sentence about an error of the file system that does not name a path. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error) ?? ''] ?? `It cannot be read${codeOf(error) ? ` (${codeOf(error)})` : ''}.`
}

/** Of an error of the file system, such as EACCES. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
}
