import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The parts of a panel of the dashboard that its picture needs. */
export interface Panel {
  readonly type: string
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

export function readPanels(): readonly Panel[] {
  const file = join(import.meta.dirname, '../../../deploy/grafana/assay.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { panels: Panel[] }).panels
}
