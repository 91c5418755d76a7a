import { defineDomain, defineServer } from '@atoll/server-kit'
import { z } from 'zod'

const echo = defineDomain({
  name: 'echo',
  scopes: { use: 'Hear yourself' },
  config: z.object({}),
  connect: async () => ({ deps: {} }),
  limits: { rate: '100000000/min', timeout: '2s' },
})

const tools = ['echo', 'echo_b', 'echo_c', 'echo_d', 'echo_e'].map((name) =>
  echo.defineTool({
    name,
    title: 'Echo',
    description: 'Say it again',
    effect: 'read',
    scopes: ['echo:use'],
    input: z.object({ text: z.string() }),
    output: z.object({ text: z.string() }),
    run: ({ input }) => ({ text: input.text }),
  }),
)

export const server = defineServer(echo, { instructions: 'Echoes.', tools })
