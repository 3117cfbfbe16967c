import { Layer } from '@assay/contracts/assay/insight/v1/coverage_service_pb'

/** Who tells a grant, in the order in which they are asked. Those from `policy` on are nothing's: the residual. */
export const layers = {
  disabled: { title: 'Held by disabled people', layer: Layer.DISABLED, kind: 'not mined' },
  service: { title: 'Held by services', layer: Layer.NOT_A_PERSON, kind: 'not mined' },
  common: { title: 'Common access', layer: Layer.COMMON_ACCESS, kind: 'explained' },
  accepted: { title: 'Access profiles', layer: Layer.ACCEPTED, kind: 'explained' },
  open: { title: 'Open candidates', layer: Layer.OPEN, kind: 'explained' },
  policy: { title: 'Kept out by a policy', layer: Layer.POLICY, kind: 'left over' },
  unused: { title: 'Not used lately', layer: Layer.UNUSED, kind: 'left over' },
  outlier: { title: 'Few people like them hold it', layer: Layer.OUTLIER, kind: 'left over' },
  'one-off': { title: 'Nobody else holds it', layer: Layer.ONE_OFF, kind: 'left over' },
  'too-few': { title: 'Too few hold it for a group', layer: Layer.TOO_FEW_HOLDERS, kind: 'left over' },
  'no-attribute': { title: 'No attribute says who holds it', layer: Layer.NO_ATTRIBUTE, kind: 'left over' },
} as const
export type LayerName = keyof typeof layers

export const tabs = { layers: 'Layers', attributes: 'Attributes', breaches: 'Breaches of policies' } as const
export type TabName = keyof typeof tabs

/** What the address of the coverage says. */
export interface CoverageSearch {
  readonly tab?: Exclude<TabName, 'layers'> | undefined
  /** The layer whose grants are listed. */
  readonly layer?: LayerName | undefined
  /** The application whose grants are listed. */
  readonly app?: string | undefined
}

export function readCoverageSearch({ tab, layer, app }: Record<string, unknown>): CoverageSearch {
  return {
    ...((tab === 'attributes' || tab === 'breaches') && { tab }),
    ...(typeof layer === 'string' && Object.hasOwn(layers, layer) && { layer: layer as LayerName }),
    ...(typeof app === 'string' && app !== '' && { app }),
  }
}

export function layerTitle(layer: Layer): string {
  return Object.values(layers).find((one) => one.layer === layer)?.title ?? ''
}
