/** A demonstration document as it would lie in a folder. */
export interface SeedFile {
  path: string
  markdown: string
}

export interface SeedPlan {
  tenant: string
  files: readonly SeedFile[]
}
