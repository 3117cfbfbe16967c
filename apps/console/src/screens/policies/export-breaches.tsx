import { useState } from 'react'
import { CallButton } from '../../kit/call-button.tsx'
import { download } from '../../shell/download.ts'
import { showToast } from '../../shell/toast.tsx'
import { texts } from './texts.ts'

/** Saves the breaches of all policies, or of one, as a file: for a spreadsheet or for programs. */
export function ExportBreaches({ policyId = '' }: { readonly policyId?: string }) {
  const [isBusy, setBusy] = useState(false)
  const save = (format: 'csv' | 'ndjson') => {
    setBusy(true)
    const query = new URLSearchParams({
      ...(policyId !== '' && { policyId }),
      format: `FORMAT_${format.toUpperCase()}`,
    })
    const fileName = `breaches.${format}`
    download(`/policies/v1/breaches:export?${query}`, fileName)
      .then(
        () => showToast(texts.fileSaved(fileName)),
        (error: unknown) => showToast(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => setBusy(false))
  }
  return (
    <fieldset className="row choices" aria-label={texts.exports} aria-busy={isBusy}>
      <CallButton isBusy={isBusy} onPress={() => save('csv')}>
        {texts.exportCsv}
      </CallButton>
      <CallButton isBusy={isBusy} onPress={() => save('ndjson')}>
        {texts.exportNdjson}
      </CallButton>
    </fieldset>
  )
}
