import { Layer } from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import type { ResidualLayer } from '@assay/mining'

export const layerMessages: Readonly<Record<ResidualLayer, Layer>> = {
  disabled: Layer.DISABLED,
  not_a_person: Layer.NOT_A_PERSON,
  common_access: Layer.COMMON_ACCESS,
  accepted: Layer.ACCEPTED,
  open: Layer.OPEN,
  policy: Layer.POLICY,
  unused: Layer.UNUSED,
  outlier: Layer.OUTLIER,
  one_off: Layer.ONE_OFF,
  too_few_holders: Layer.TOO_FEW_HOLDERS,
  no_attribute: Layer.NO_ATTRIBUTE,
}
