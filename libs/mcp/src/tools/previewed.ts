import { z } from 'zod'
import { ToolRefusal } from '../refusal.ts'
import type { Asking } from '../tool.ts'

/** The argument of every tool that changes something. */
export const previewHash = z
  .string()
  .max(64)
  .optional()
  .describe(
    'Leave it out to get a preview, which changes nothing. Then call again with the `previewHash` of the preview and the same arguments, within ten minutes.',
  )

/** Members of the answer of every tool that changes something. */
export const previewed = {
  done: z.boolean().describe('False: this is a preview, and nothing was changed.'),
  previewHash: z.string().optional(),
}

/**
 * Whether the caller confirmed the preview by its hash. Otherwise the answer is the preview.
 * @param about all inputs of the decision: the tool, its arguments, the data, the policies
 * @throws ToolRefusal for a hash that is no longer valid
 */
export function isConfirmed({ previews }: Asking, hash: string | undefined, about: unknown): boolean {
  if (hash === undefined) return false
  const fault = previews.faultOf(hash, about)
  if (fault === undefined) return true
  throw new ToolRefusal({
    code: 'failed_precondition',
    reason: fault === 'expired' ? 'PREVIEW_EXPIRED' : 'PREVIEW_CHANGED',
    message:
      fault === 'expired'
        ? 'previewHash: is older than ten minutes; leave it out to get a preview of the present effect'
        : 'previewHash: belongs to other arguments, or the candidate, the access data or the policies have changed since; leave it out to get a preview of the present effect',
  })
}
