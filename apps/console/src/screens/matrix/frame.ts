import type { RoleBlock } from '@assay/contracts/assay/matrix/v1/matrix_service_pb'
import { CellTiles } from './cell-tiles.ts'
import type { Colours } from './colours.ts'
import { contextOf } from './context-of.ts'
import { Labels } from './labels.ts'
import type { Place } from './look.ts'
import type { Painted } from './paint.ts'
import { leastNamed, leastShaped, type Offset, type Rectangle, type Sheet, sidesOf } from './sheets.ts'

/** Names beside the rows and above the columns of the fetched part. */
export interface Names {
  readonly rows: readonly string[]
  readonly columns: readonly string[]
}

/** The content of one frame. */
export interface Scene {
  readonly sheet: Sheet
  readonly offset: Offset
  readonly painted: Painted | undefined
  readonly names: Names
  readonly blocks: readonly RoleBlock[]
  readonly active: Place
  readonly marked: Rectangle | undefined
  readonly colours: Colours
}

/** Room for names in CSS pixels, if units are large enough for names. */
export function gutterOf({ kind, unit }: Sheet): { readonly left: number; readonly top: number } {
  return kind === 'cells' && unit >= leastNamed ? { left: 140, top: 96 } : { left: 0, top: 0 }
}

/** Draws frames from a few pictures, so that a frame has the same cost for any number of cells. */
export class Frames {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #cells = new CellTiles()
  readonly #rowNames = new Labels(false)
  readonly #columnNames = new Labels(true)
  #scale = 1

  /** @throws where the browser has no canvas */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#context = contextOf(canvas)
  }

  /** In CSS pixels. */
  resize(width: number, height: number): void {
    this.#scale = devicePixelRatio
    this.#canvas.width = Math.round(width * this.#scale)
    this.#canvas.height = Math.round(height * this.#scale)
  }

  draw(scene: Scene): void {
    const { sheet, offset, colours } = scene
    const context = this.#context
    const gutter = gutterOf(sheet)
    const [left, top] = [gutter.left * this.#scale, gutter.top * this.#scale].map(Math.round) as [number, number]
    const [width, height] = [this.#canvas.width - left, this.#canvas.height - top]
    // Whole pixels: all cells have the same width, and no edge is blurred.
    const unit = Math.max(1, Math.round(sheet.unit * this.#scale))
    const shift = { x: left - Math.round(offset.left * unit), y: top - Math.round(offset.top * unit) }
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.fillStyle = colours.paper
    context.fillRect(0, 0, this.#canvas.width, this.#canvas.height)
    this.#within(left, top, width, height, () => {
      this.#drawPainted(scene, unit, shift)
      this.#drawBlocks(scene, unit, shift)
      this.#drawMarks(scene, unit, shift)
    })
    if (left > 0) this.#drawNames(scene, unit, shift, left, top)
  }

  #drawPainted({ painted, sheet, colours }: Scene, unit: number, shift: { x: number; y: number }): void {
    if (painted === undefined) return
    const { chunk, layers } = painted
    if (sheet.kind !== 'tiles' && sheet.unit >= leastShaped) this.#cells.draw(this.#context, painted, unit, shift)
    else {
      const [x, y] = [shift.x + chunk.columnStart * unit, shift.y + chunk.rowStart * unit]
      const [wide, tall] = [chunk.columnCount * unit, chunk.rowCount * unit]
      this.#context.imageSmoothingEnabled = false
      for (const { picture } of layers) this.#context.drawImage(picture, x, y, wide, tall)
    }
    this.#context.strokeStyle = colours.line
    this.#context.strokeRect(shift.x - 0.5, shift.y - 0.5, sheet.columns * unit + 1, sheet.rows * unit + 1)
  }

  #drawBlocks({ blocks, sheet, colours }: Scene, unit: number, shift: { x: number; y: number }): void {
    const context = this.#context
    const letter = Math.round(13 * this.#scale)
    context.font = `600 ${Math.round(11 * this.#scale)}px system-ui, sans-serif`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.lineWidth = Math.max(1, Math.round(1.5 * this.#scale))
    for (const [place, block] of blocks.entries()) {
      const x = shift.x + (block.columnStart / sheet.columnStep) * unit
      const y = shift.y + (block.rowStart / sheet.rowStep) * unit
      const wide = (block.columnCount / sheet.columnStep) * unit
      const tall = (block.rowCount / sheet.rowStep) * unit
      if (x > this.#canvas.width || y > this.#canvas.height || x + wide < 0 || y + tall < 0) continue
      const colour = colours.roles[place % colours.roles.length] ?? colours.ink
      context.strokeStyle = colour
      context.strokeRect(x, y, wide, tall)
      // No letter is drawn when it would cover most of its block.
      if (wide < letter || tall < letter) continue
      const box = letter + (block.letter.length - 1) * Math.round(7 * this.#scale)
      context.fillStyle = colours.paper
      context.fillRect(x, y, box, letter)
      context.fillStyle = colours.ink
      context.fillText(block.letter, x + box / 2, y + letter / 2)
    }
  }

  #drawMarks({ active, marked, colours }: Scene, unit: number, shift: { x: number; y: number }): void {
    const context = this.#context
    if (marked !== undefined) {
      const { top, bottom, left, right } = sidesOf(marked)
      const box = [
        shift.x + left * unit,
        shift.y + top * unit,
        (right - left + 1) * unit,
        (bottom - top + 1) * unit,
      ] as const
      context.strokeStyle = colours.focus
      context.lineWidth = Math.round(3 * this.#scale)
      context.setLineDash([6 * this.#scale, 4 * this.#scale])
      context.strokeRect(...box)
      context.setLineDash([])
    }
    const edge = Math.round(2 * this.#scale)
    context.lineWidth = edge
    context.strokeStyle = colours.focus
    context.strokeRect(
      shift.x + active.column * unit - edge / 2,
      shift.y + active.row * unit - edge / 2,
      unit + edge,
      unit + edge,
    )
  }

  #drawNames(scene: Scene, unit: number, shift: { x: number; y: number }, left: number, top: number): void {
    const { painted, names, colours } = scene
    if (painted === undefined) return
    const { chunk } = painted
    const margin = Math.round(6 * this.#scale)
    const room = { unit, length: left - 2 * margin, colour: colours.ink }
    const { width, height } = this.#canvas
    this.#within(0, top, left, height - top, (context) =>
      this.#rowNames.draw(context, names.rows, room, {
        start: shift.y + chunk.rowStart * unit,
        from: top,
        to: height,
        across: margin,
      }),
    )
    // Names of columns are read from below.
    this.#within(left, 0, width - left, top, (context) =>
      this.#columnNames.draw(context, names.columns, room, {
        start: shift.x + chunk.columnStart * unit,
        from: left,
        to: width,
        across: top - margin - room.length,
      }),
    )
  }

  /** Draws clipped to a box. */
  #within(
    x: number,
    y: number,
    width: number,
    height: number,
    draw: (context: CanvasRenderingContext2D) => void,
  ): void {
    const context = this.#context
    context.save()
    context.beginPath()
    context.rect(x, y, width, height)
    context.clip()
    draw(context)
    context.restore()
  }
}
