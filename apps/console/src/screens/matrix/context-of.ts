import { texts } from './texts.ts'

/** @throws where the browser has no canvas */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (context === null) throw new Error(texts.noCanvas)
  return context
}
