import { Environment } from '@marcbachmann/cel-js'
import { Hints, Subject, Target } from './facts.ts'

/** The largest expression; limits keep both reading and evaluating it short. */
const LIMITS = { maxAstNodes: 500, maxDepth: 32, maxListElements: 200, maxMapEntries: 50 }

const text = 'string'
const texts = 'list<string>'

/** What expressions may name, each with its type, so that a misspelt field is found when the file is read. */
export const environment = new Environment({ limits: LIMITS })
  .registerType('Hints', {
    ctor: Hints,
    fields: { readOnly: 'bool', destructive: 'bool', idempotent: 'bool', openWorld: 'bool' },
  })
  .registerType('Principal', {
    ctor: Subject,
    fields: {
      subject: text,
      tenant: text,
      roles: texts,
      scopes: texts,
      client: text,
      issuer: text,
      actor: text,
    },
  })
  .registerType('Target', {
    ctor: Target,
    fields: { kind: text, server: text, name: text, effect: text, data: text, hints: 'Hints' },
  })
  .registerVariable('principal', 'Principal')
  .registerVariable('target', 'Target')
  .registerVariable('args', 'map')
