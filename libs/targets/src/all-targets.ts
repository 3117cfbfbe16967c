import { csv } from './csv.ts'
import { entra } from './entra.ts'
import { midpoint } from './midpoint.ts'
import { scim } from './scim.ts'
import type { Target } from './target.ts'
import { terraformC1 } from './terraform-c1.ts'
import { terraformSailpoint } from './terraform-sailpoint.ts'

/** In the order in which they are listed. */
export const targets: readonly Target[] = [scim, terraformC1, terraformSailpoint, midpoint, entra, csv]

/** The target with this name; undefined for an unknown name. */
export function targetNamed(id: string): Target | undefined {
  return targets.find((target) => target.id === id)
}
