import { Layer } from '@assay/contracts/assay/insight/v1/coverage_service_pb'

/** The layers of grants: a grant belongs to the first layer that applies. Those from `policy` on form the residual. */
export const layers = {
  disabled: { layer: Layer.DISABLED, kind: 'notMined' },
  service: { layer: Layer.NOT_A_PERSON, kind: 'notMined' },
  common: { layer: Layer.COMMON_ACCESS, kind: 'explained' },
  accepted: { layer: Layer.ACCEPTED, kind: 'explained' },
  open: { layer: Layer.OPEN, kind: 'explained' },
  policy: { layer: Layer.POLICY, kind: 'leftOver' },
  unused: { layer: Layer.UNUSED, kind: 'leftOver' },
  outlier: { layer: Layer.OUTLIER, kind: 'leftOver' },
  'one-off': { layer: Layer.ONE_OFF, kind: 'leftOver' },
  'too-few': { layer: Layer.TOO_FEW_HOLDERS, kind: 'leftOver' },
  'no-attribute': { layer: Layer.NO_ATTRIBUTE, kind: 'leftOver' },
} as const
export type LayerName = keyof typeof layers

export const tabs = ['layers', 'attributes', 'breaches'] as const
export type TabName = (typeof tabs)[number]

/** The search parameters in the address of the coverage. */
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
