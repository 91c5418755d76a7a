import type { InputRequest } from '../define/interaction.ts'

/** Thrown by `ask` to leave the handler until the client comes back with answers. Not an error. */
export class InputRequired {
  readonly requests: Readonly<Record<string, InputRequest>>
  readonly answers: Readonly<Record<string, unknown>>
  constructor(requests: Readonly<Record<string, InputRequest>>, answers: Readonly<Record<string, unknown>>) {
    this.requests = requests
    this.answers = answers
  }
}
