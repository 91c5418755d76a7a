import { fileURLToPath } from 'node:url'
import { Resvg } from '@resvg/resvg-js'

const FONTS = new URL('fonts/Roboto/', import.meta.resolve('pdfmake/package.json'))

/** Where the weights of the one typeface lie that pictures and PDF are set in. */
export const FONT_FILES = {
  normal: fileURLToPath(new URL('Roboto-Regular.ttf', FONTS)),
  bold: fileURLToPath(new URL('Roboto-Medium.ttf', FONTS)),
  italics: fileURLToPath(new URL('Roboto-Italic.ttf', FONTS)),
  bolditalics: fileURLToPath(new URL('Roboto-MediumItalic.ttf', FONTS)),
}

/** Twice as many pixels, so that it is sharp where screens are. */
const ZOOM = 2

export function toPng(svg: string): Uint8Array {
  const font = { loadSystemFonts: false, fontFiles: Object.values(FONT_FILES), defaultFontFamily: 'Roboto' }
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: ZOOM }, font }).render().asPng()
}
