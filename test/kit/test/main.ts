import { serve } from '@atoll/server-kit'
import { machineServer } from './fixture.ts'

await serve({
  ...machineServer,
  commands: {
    greet: {
      summary: 'Greet somebody',
      run: async ({ args, stdout }) => void stdout.write(`Hello, ${args[0]}\n`),
    },
  },
})
