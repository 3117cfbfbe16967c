/** More are made again; each takes a few kilobytes. */
const mostLabels = 1_000
const mostLetters = 24

/** Names as pictures: laying one on the page takes a fraction of what writing it takes, and a frame has some eighty. */
export class Labels {
  readonly #made = new Map<string, HTMLCanvasElement>()
  #look = ''

  /** @param height of a unit, and `width` of the room, in pixels of the canvas */
  of(name: string, height: number, width: number, colour: string): HTMLCanvasElement {
    const look = `${height} ${width} ${colour}`
    if (look !== this.#look || this.#made.size > mostLabels) this.#made.clear()
    this.#look = look
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const label = document.createElement('canvas')
    label.width = width
    label.height = height
    const context = label.getContext('2d')
    if (context !== null) {
      context.font = `${Math.min(height - 2, Math.round(width / 10))}px 'Source Sans 3 Variable', system-ui, sans-serif`
      context.fillStyle = colour
      context.textBaseline = 'middle'
      context.fillText(clipped(name), 0, height / 2, width)
    }
    this.#made.set(name, label)
    return label
  }
}

function clipped(name: string): string {
  return name.length > mostLetters ? `${name.slice(0, mostLetters - 1)}…` : name
}
