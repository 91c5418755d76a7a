/** What the gateway's console routes answer, as far as the page looks at it. */
export type Session = SignedIn | SignedOut

export interface SignedIn {
  readonly signedIn: true
  readonly subject: string
  readonly tenant: string
  readonly roles: readonly string[]
  readonly scopes: readonly string[]
  /** Seconds since the epoch. */
  readonly expiresAt: number
  readonly isAdmin: boolean
  /** Whether they have the console's scope. */
  readonly isAllowed?: boolean
  /** Where traces are looked at, with `{traceId}` in it. */
  readonly traceUrl?: string
}

export interface SignedOut {
  readonly signedIn: false
  readonly ways: {
    readonly oauth: boolean
    readonly people: readonly { subject: string; tenant: string; about: string }[]
  }
}

export interface Fleet {
  readonly at: number
  readonly servers: readonly Server[]
}

export interface FullFleet {
  readonly servers: readonly (Server & Offer)[]
}

export interface Server {
  readonly name: string
  readonly state: 'starting' | 'up' | 'down'
  readonly era?: string
  readonly version?: string
  readonly catalogueAgeMs?: number
  readonly lastError?: { message: string; at: string }
  readonly instances: readonly Instance[]
  /** Lists that could not be had, and what was left out of them. */
  readonly problemCount: number
  /** Definitions that somebody should look at. */
  readonly noticeCount: number
  /** Another one when there is something else to ask for. */
  readonly revision: string
  readonly traffic: Traffic
}

/** What a server has for the person who looks. */
export interface Offer {
  readonly tools: readonly Tool[]
  readonly prompts: readonly string[]
  readonly resources: readonly string[]
  readonly resourceTemplates: readonly string[]
  /** Problems and notices in words; for those who run the gateway. */
  readonly problems?: readonly string[]
}

/** A second each, oldest first. */
export interface Traffic {
  /** That reached the server, or should have. */
  readonly calls: readonly number[]
  /** Of those, the ones that the server failed. */
  readonly failed: readonly number[]
  /** Of those, the ones that it answered with a no. */
  readonly declined: readonly number[]
  /** Those that the gateway refused. */
  readonly refused: readonly number[]
  /** Milliseconds; 0 where nothing was called. */
  readonly latency: readonly number[]
}

export interface Instance {
  readonly url: string
  readonly health: string
  readonly state: 'serving' | 'draining'
  readonly breaker: 'closed' | 'open' | 'half-open'
  readonly inFlight: number
  readonly latencyMs?: number
  readonly version?: string
  readonly leaseMs?: number
  readonly sources: readonly string[]
}

export interface Tool {
  readonly name: string
  readonly title?: string
  readonly description?: string
  readonly inputSchema?: Schema
  readonly outputSchema?: Schema
  readonly annotations?: { readonly readOnlyHint?: boolean; readonly destructiveHint?: boolean }
  readonly effect?: 'read' | 'write' | 'destroy'
  readonly data?: string
  readonly scopes?: readonly string[]
  readonly optionalScopes?: readonly string[]
  /** What its server holds each caller to, as it says. */
  readonly declared?: { readonly timeout?: string; readonly rate?: string }
  /** The gateway's own that are of this tool, or of its server. */
  readonly limits: readonly ToolLimit[]
  /** Units of a call. */
  readonly cost: number
  readonly definition?: Definition
}

export interface ToolLimit {
  readonly name: string
  readonly words: string
  /** What is counted apart. */
  readonly per: readonly string[]
}

/** What a tool says of itself, held against what was pinned. */
export interface Definition {
  readonly state: 'pinned' | 'drifted' | 'suspicious'
  readonly quarantined: boolean
  /** As it is now. */
  readonly hash: string
  readonly pinned?: string
  readonly pinnedAt?: string
  readonly acceptedBy?: string
  /** Since when it is not what was pinned. */
  readonly since?: string
  readonly suspicions?: readonly string[]
}

export interface ChangedDefinition extends Definition {
  readonly server: string
  readonly tool: string
  /** As callers call it. */
  readonly name: string
  readonly changes: readonly FieldChange[]
}

export interface FieldChange {
  /** `description`, or `inputSchema.properties.id.type`. */
  readonly field: string
  readonly before?: unknown
  readonly after?: unknown
  /** Of texts: lines that go (`-`), come (`+`) and stay. */
  readonly lines?: readonly string[]
}

/** What of JSON Schema (2020-12) a form can be made of. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly default?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

/** An event of the audit. */
export interface Call {
  readonly time: number | string
  readonly requestId: string
  readonly traceId?: string
  readonly subject?: string
  readonly tenant?: string
  readonly server: string
  readonly kind: string
  readonly name?: string
  readonly decision: string
  readonly rule?: string
  readonly reason?: string
  readonly outcome: string
  readonly errorCode?: string
  readonly durationMs: number
}

export interface Page {
  readonly entries: readonly Call[]
  readonly cursor?: string
}

export interface Allowances {
  readonly limits?: readonly Allowance[]
  readonly budgets?: readonly Allowance[]
}

/** In requests, of budgets in units. */
export interface Allowance {
  readonly name: string
  /** What is allowed, in words. */
  readonly words: string
  /** The tenant or team that shares it. */
  readonly holder?: string
  readonly limit: number
  readonly used: number
  readonly left: number
  readonly renewsAt?: string
}

/** Everybody's of a month. */
export interface Budgets {
  readonly month: string
  readonly budgets: readonly Budget[]
}

export interface Budget {
  readonly name: string
  readonly per: 'tenant' | 'team'
  /** Whose team it is. */
  readonly tenant?: string
  readonly holder: string
  readonly used: number
  readonly of: number
}

export interface Disabled {
  readonly what: string
  readonly reason: string
  readonly by: string
  readonly at: string
}

export interface CallAnswer {
  readonly result?: ToolResult
  /** Of JSON-RPC. */
  readonly error?: {
    readonly code?: number | string
    readonly message: string
    readonly data?: { readonly code?: string; readonly retryAfter?: number }
  }
}

export interface ToolResult {
  readonly isError?: boolean
  readonly resultType?: string
  readonly content?: readonly Content[]
  readonly structuredContent?: unknown
  readonly _meta?: Readonly<Record<string, unknown>>
}

export interface Content {
  readonly type: string
  readonly text?: string
  readonly data?: string
  readonly mimeType?: string
  readonly uri?: string
  readonly name?: string
}
