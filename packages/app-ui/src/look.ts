/** Colours and type of now, as a drawing needs them: resolved. */
export interface Look {
  ground: string
  text: string
  faint: string
  line: string
  palette: readonly string[]
  font: string
}

/** Told apart by people who see few colours too (Okabe and Ito), with enough contrast on the ground. */
const PALETTES = {
  light: ['#0b66a8', '#c2540a', '#007a5a', '#a8438a', '#8a6d00', '#5b6770'],
  dark: ['#5fb3f0', '#f0a35e', '#4cc9a0', '#e08ac6', '#e3c74f', '#aab4be'],
} as const

/** What the style sheet and the host's variables come to at this element. */
export function lookOf(element: HTMLElement): Look {
  const colour = (name: string) => {
    const probe = document.createElement('span')
    probe.style.color = `var(${name})`
    element.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
  const { colorScheme, fontFamily } = getComputedStyle(element)
  const isDark =
    colorScheme === 'dark' || (colorScheme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  return {
    ground: colour('--ground'),
    text: colour('--text'),
    faint: colour('--faint'),
    line: colour('--line'),
    palette: PALETTES[isDark ? 'dark' : 'light'],
    font: fontFamily,
  }
}
