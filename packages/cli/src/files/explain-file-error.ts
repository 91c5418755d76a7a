import { AppError, ConflictError } from '@atoll/errors'

/**
 * Say what a failed write means in one sentence: an AppError for a full disk, a folder that cannot be written, or
 * too many open files; anything else unchanged.
 */
export function explainFileError(error: unknown, folder: string): unknown {
  if (error instanceof AppError || !(error instanceof Error) || !('code' in error)) return error
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ConflictError(
        `The disk that holds ${folder} is full: free some space (about 300 MB) and start again, or set ATOLL_HOME to a folder on another disk.`,
        { cause: error },
      )
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new ConflictError(
        `${folder} cannot be written: make it yours (it may belong to root after a start as root), or set ATOLL_HOME to a folder that you may write to.`,
        { cause: error },
      )
    case 'ENOTDIR':
    case 'EEXIST':
      return new ConflictError(
        `${folder} is not a folder: move that file away, or set ATOLL_HOME to a folder.`,
        { cause: error },
      )
    case 'EMFILE':
    case 'ENFILE':
      return new ConflictError(
        'Too many files are open: raise the limit (`ulimit -n 4096`) and start again.',
        {
          cause: error,
        },
      )
    default:
      return error
  }
}
