/** Who a change is for, beside the tenant; `never` in a domain that declares no `audience`. */
export interface ForAudience<Audience> {
  audience: Audience
}

/** Tells subscribers of one tenant that something changed: all of them, or those whom the domain `admits`. */
export interface ChangeNotifier<Audience = never> {
  resource(uri: string, options?: ForAudience<Audience>): void
  resourceList(options?: ForAudience<Audience>): void
  /** A task is further or has ended: calls that wait for it look again, and those who subscribed to it are told. */
  task(id: string): void
  toolList(): void
  promptList(): void
}

/** For changes that do not come from a tool call. */
export interface Changes<Audience = never> {
  /** Only this replica's subscribers: for a source where every replica hears for itself, such as PostgreSQL's LISTEN. */
  here(tenant: string): ChangeNotifier<Audience>
  /** Subscribers on every replica: for a source that tells one of them. */
  everywhere(tenant: string): ChangeNotifier<Audience>
}
