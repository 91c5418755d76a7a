import type { Content } from '../model.ts'
import type { Format } from './format.ts'
import type { Theme } from './theme.ts'

export type Drawn = 'svg' | 'png'

export interface ChartPicture {
  /** The chart's id. */
  readonly chart: string
  /** SVG as text, PNG as bytes. */
  readonly data: string | Uint8Array
}

/** What the rendering thread is asked for. */
export type Task =
  | { kind: 'report'; content: Content; format: Exclude<Format, 'json'> }
  | { kind: 'charts'; content: Content; as: Drawn; theme: Theme }

export type Question = Task & { id: number }
export type Answer =
  | { id: number; rendered: string | Uint8Array | ChartPicture[] }
  | { id: number; failure: string }

export const READY = 'ready'
