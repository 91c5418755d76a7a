import type { Params, ProtocolError } from '@atoll/server-kit'
import { unknownName, unknownTask, unknownTemplate, unknownUri } from '../find-route.ts'
import type { Route } from '../fleet.ts'
import { refOf } from './arguments-of.ts'

/** What a caller would be told if what they ask for did not exist, to the letter: by the gateway, or by a server of the kit. */
export function asUnknown(method: string, params: Params, { original }: Route): ProtocolError {
  switch (method) {
    case 'tools/call':
      return unknownName('tools', String(params.name))
    case 'prompts/get':
      return unknownName('prompts', String(params.name))
    case 'resources/read':
      return unknownUri(original)
    case 'completion/complete': {
      const { type, name, uri } = refOf(params)
      if (type === 'ref/prompt') return unknownName('prompts', String(name))
      return uri === original ? unknownUri(original) : unknownTemplate()
    }
    default:
      return unknownTask()
  }
}
