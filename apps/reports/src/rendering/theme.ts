export type Theme = 'light' | 'dark'

export interface Colours {
  readonly ground: string
  readonly text: string
  readonly faint: string
  readonly line: string
  /** For series, told apart by people who see few colours too (Okabe and Ito), with enough contrast on the ground. */
  readonly series: readonly string[]
}

export const COLOURS: Readonly<Record<Theme, Colours>> = {
  light: {
    ground: '#ffffff',
    text: '#1f2933',
    faint: '#52606d',
    line: '#d9dee4',
    series: ['#0b66a8', '#c2540a', '#007a5a', '#a8438a', '#5b6770'],
  },
  dark: {
    ground: '#161b22',
    text: '#e6edf3',
    faint: '#a9b4c0',
    line: '#38424e',
    series: ['#5fb3f0', '#f0a35e', '#4cc9a0', '#e08ac6', '#aab4be'],
  },
}

export const FONT = 'Roboto'
