/** Thrown by `ask` to leave a run that others may be told the result of: only the caller's own may ask them. Not an error. */
export class AskAlone {}
