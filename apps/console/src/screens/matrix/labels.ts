import { contextOf } from './context-of.ts'

/** The number of names that are written into one picture. */
const namesOfStrip = 32
/** The maximum number of cached pictures, of some 250 kB each; others are written again. */
const mostStrips = 64
const mostLetters = 24

interface Room {
  /** The room of one name along the strip, in pixels of the canvas. */
  readonly unit: number
  /** The room for the letters of a name. */
  readonly length: number
  readonly colour: string
}

/**
 * Names beside rows or above columns, written once into pictures of 32 names. Copying a picture takes a fraction of the time of writing
 * its names, and a frame has some eighty names.
 */
export class Labels {
  readonly #strips = new Map<number, HTMLCanvasElement>()
  readonly #isUpright: boolean
  #names: readonly string[] = []
  #look = ''

  /** @param isUpright names are read from below, one beside the other */
  constructor(isUpright: boolean) {
    this.#isUpright = isUpright
  }

  /**
   * Draws the visible names on a canvas.
   * @param start the position of the first name along the strip
   * @param from the first pixel of the room along the strip, and `to` the first pixel after it
   * @param across the position of the letters: the left end of a row's name, the upper end of a column's name
   */
  draw(
    context: CanvasRenderingContext2D,
    names: readonly string[],
    { unit, length, colour }: Room,
    {
      start,
      from,
      to,
      across,
    }: { readonly start: number; readonly from: number; readonly to: number; readonly across: number },
  ): void {
    const look = `${unit} ${length} ${colour}`
    if (look !== this.#look || names !== this.#names || this.#strips.size > mostStrips) this.#strips.clear()
    this.#look = look
    this.#names = names
    const size = unit * namesOfStrip
    const first = Math.max(0, Math.floor((from - start) / size))
    const last = Math.min(Math.ceil(names.length / namesOfStrip) - 1, Math.floor((to - 1 - start) / size))
    for (let strip = first; strip <= last; strip++) {
      const along = start + strip * size
      const picture = this.#stripAt(strip, { unit, length, colour })
      if (this.#isUpright) context.drawImage(picture, along, across)
      else context.drawImage(picture, across, along)
    }
  }

  #stripAt(place: number, { unit, length, colour }: Room): HTMLCanvasElement {
    const known = this.#strips.get(place)
    if (known !== undefined) return known
    const strip = document.createElement('canvas')
    strip.width = this.#isUpright ? unit * namesOfStrip : length
    strip.height = this.#isUpright ? length : unit * namesOfStrip
    const context = contextOf(strip)
    context.font = `${Math.min(unit - 2, Math.round(length / 10))}px 'Source Sans 3 Variable', system-ui, sans-serif`
    context.fillStyle = colour
    context.textBaseline = 'middle'
    const names = this.#names.slice(place * namesOfStrip, (place + 1) * namesOfStrip)
    for (const [at, name] of names.entries()) {
      if (this.#isUpright) context.setTransform(0, -1, 1, 0, at * unit, length)
      else context.setTransform(1, 0, 0, 1, 0, at * unit)
      context.fillText(clipped(name), 0, unit / 2, length)
    }
    this.#strips.set(place, strip)
    return strip
  }
}

function clipped(name: string): string {
  return name.length > mostLetters ? `${name.slice(0, mostLetters - 1)}…` : name
}
