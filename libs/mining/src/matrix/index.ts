export {
  type MatrixBlock,
  type MatrixOrder,
  type MatrixQuestion,
  type MatrixTiles,
  mostBlocks,
} from './matrix-question.ts'
export { type MatrixWindow, type WindowBits, windowBits } from './matrix-window.ts'
