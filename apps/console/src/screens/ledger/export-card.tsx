import { useState } from 'react'
import { Button } from 'react-aria-components'
import { endOfDay, startOfDay } from '../../kit/dates.ts'
import { download } from '../../shell/download.ts'
import { showToast } from '../../shell/toast.tsx'
import type { LedgerSearch } from './search.ts'
import { texts } from './texts.ts'

/** Downloads of the ledger: all of it, or the decisions of the period in the address. */
export function ExportCard({ search }: { readonly search: LedgerSearch }) {
  const [isBusy, setBusy] = useState(false)
  const start = startOfDay(search.from ?? '')
  const end = endOfDay(search.until ?? '')
  const save = (path: string, fileName: string) => {
    if (isBusy) return
    setBusy(true)
    download(path, fileName)
      .then(
        () => showToast(texts.fileSaved(fileName)),
        (error: unknown) => showToast(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => setBusy(false))
  }
  const saveRange = (format: 'html' | 'ndjson') => {
    if (start === undefined) return
    const query = new URLSearchParams({
      startTime: start.toISOString(),
      ...(end && { endTime: new Date(end.getTime() + 1).toISOString() }),
      format: `FORMAT_${format.toUpperCase()}`,
    })
    save(`/reviews/v1/evidence:export?${query}`, `evidence.${format}`)
  }
  return (
    <section className="card" aria-label={texts.exports} aria-busy={isBusy}>
      <h2>{texts.exports}</h2>
      <div className="row">
        <Button className="button" onPress={() => save('/ledger/v1/entries:export', 'ledger.ndjson')}>
          {texts.exportAll}
        </Button>
        {start !== undefined && (
          <>
            <Button className="button" onPress={() => saveRange('html')}>
              {texts.exportRange}
            </Button>
            <Button className="button" onPress={() => saveRange('ndjson')}>
              {texts.exportRangeFile}
            </Button>
          </>
        )}
      </div>
      {start === undefined && <p className="small muted">{texts.exportNeedsFrom}</p>}
    </section>
  )
}
