import type { Principal } from '@atoll/auth'

export type Kind = 'tool' | 'prompt' | 'resource'
/** What a call does to the world: `read` nothing, `write` adds or changes, `destroy` takes away. */
export type Effect = 'read' | 'write' | 'destroy'

export class Hints {
  readonly readOnly: boolean
  readonly destructive: boolean
  readonly idempotent: boolean
  readonly openWorld: boolean

  constructor(hints: { readonly [hint in keyof Hints]: boolean }) {
    this.readOnly = hints.readOnly
    this.destructive = hints.destructive
    this.idempotent = hints.idempotent
    this.openWorld = hints.openWorld
  }
}

export interface TargetFacts {
  readonly kind: Kind
  readonly server: string
  /** As callers name it: `orders__cancel_order`, `hr+employee://{id}`. */
  readonly name: string
  readonly effect: Effect
  /** `public`, `internal`, `confidential`, `restricted`, or `unknown` where its server does not say. */
  readonly data: string
  readonly hints?: { readonly [hint in keyof Hints]: boolean }
}

/** What is asked for, as expressions read it (`target`). Make one for each tool and keep it: verdicts hang on it. */
export class Target {
  readonly kind: Kind
  readonly server: string
  readonly name: string
  readonly effect: Effect
  readonly data: string
  readonly hints: Hints

  constructor({ kind, server, name, effect, data, hints }: TargetFacts) {
    this.kind = kind
    this.server = server
    this.name = name
    this.effect = effect
    this.data = data
    this.hints = new Hints(hints ?? hintsOf(effect))
  }
}

/** Who asks, as expressions read it (`principal`). */
export class Subject {
  readonly subject: string
  readonly tenant: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  readonly client: string
  readonly issuer: string
  /** Who acts for them; empty where they ask themselves. */
  readonly actor: string

  constructor({ subject, tenant, roles, scopes, clientId, issuer, actor }: Caller) {
    this.subject = subject
    this.tenant = tenant
    this.roles = [...roles].sort()
    this.scopes = [...scopes].sort()
    this.client = clientId
    this.issuer = issuer
    this.actor = actor ?? ''
  }
}

/** The part of a principal that rules may look at. */
export type Caller = Pick<
  Principal,
  'subject' | 'tenant' | 'roles' | 'scopes' | 'clientId' | 'issuer' | 'actor'
>
export type SubjectField = keyof Subject

/** Arguments of a call, as they came in JSON. */
export type Arguments = Readonly<Record<string, unknown>>

function hintsOf(effect: Effect): { readonly [hint in keyof Hints]: boolean } {
  const readOnly = effect === 'read'
  return { readOnly, destructive: effect === 'destroy', idempotent: readOnly, openWorld: false }
}
