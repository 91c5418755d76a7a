import type { Command } from '@atoll/server-kit'

/** Every server with a database has it; reports are made from the other servers' data when somebody asks. */
export const seedCommand: Command = {
  summary: 'Nothing: reports are made when somebody asks for them',
  async run({ stdout }) {
    stdout.write('There is nothing to seed\n')
  },
}
