import type { CellKind } from './cells.ts'

/** Draws the shape of a kind into a square, so that kinds can be distinguished without colours. */
export function drawShape(context: CanvasRenderingContext2D, kind: CellKind, size: number): void {
  const edge = Math.max(1, Math.round(size * 0.12))
  const inner = size - 2 * edge
  const stroke = Math.max(1, Math.round(size / 5))
  const middle = Math.floor((size - stroke) / 2)
  switch (kind) {
    case 'assigned':
    case 'modelled':
      context.fillRect(edge, edge, inner, inner)
      return
    case 'group':
      context.fillRect(edge, edge, inner, inner)
      context.clearRect(edge + stroke, edge + stroke, inner - 2 * stroke, inner - 2 * stroke)
      return
    case 'kept': {
      const dot = Math.max(2, Math.round(size / 3))
      const from = Math.floor((size - dot) / 2)
      context.fillRect(from, from, dot, dot)
      return
    }
    case 'gain':
      context.fillRect(edge, middle, inner, stroke)
      context.fillRect(middle, edge, stroke, inner)
      return
    case 'loss':
      context.fillRect(edge, middle, inner, stroke)
  }
}

/** The custom property with the colour of each kind. */
export const kindColours: Readonly<Record<CellKind, string>> = {
  assigned: '--cell',
  modelled: '--cell',
  group: '--cell',
  kept: '--kept',
  gain: '--gain',
  loss: '--loss',
}

/** The same for forced colours of the system; the shapes stay. */
export const forcedColours: Readonly<Record<CellKind, string>> = {
  assigned: 'CanvasText',
  modelled: 'CanvasText',
  group: 'CanvasText',
  kept: 'GrayText',
  gain: 'Highlight',
  loss: 'LinkText',
}
