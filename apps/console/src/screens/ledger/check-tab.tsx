import { type Head, HeadSchema } from '@assay/contracts/assay/ledger/v1/entry_pb'
import { LedgerService, type Report } from '@assay/contracts/assay/ledger/v1/ledger_service_pb'
import { fromJsonString, toJsonString } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { Filled } from '../../kit/filled.tsx'
import { sentenceOf, transport } from '../../shell/calls.ts'
import { saveText } from '../../shell/download.ts'
import { showToast } from '../../shell/toast.tsx'
import { faultWords, reportSentence, texts } from './texts.ts'

const ledger = createClient(LedgerService, transport)

type Check =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly checked: number }
  | { readonly kind: 'done'; readonly report: Report }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly problem: string }

/** Verifies the whole chain, shows the progress, and reports the result in words. */
export function CheckTab() {
  const [check, setCheck] = useState<Check>({ kind: 'none' })
  const [head, setHead] = useState<Head>()
  const [isBadHead, setBadHead] = useState(false)
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const verify = async () => {
    const stop = new AbortController()
    running.current = stop
    setCheck({ kind: 'running', checked: 0 })
    try {
      const request = head === undefined ? {} : { head }
      for await (const { checkedEntries, report } of ledger.verifyLedger(request, { signal: stop.signal }))
        setCheck(report === undefined ? { kind: 'running', checked: Number(checkedEntries) } : { kind: 'done', report })
    } catch (error) {
      setCheck(stop.signal.aborted ? { kind: 'stopped' } : { kind: 'failed', problem: sentenceOf(error) })
    }
  }
  const readHead = async (file: File | undefined) => {
    setBadHead(false)
    setHead(undefined)
    if (file === undefined) return
    try {
      setHead(fromJsonString(HeadSchema, await file.text()))
    } catch {
      setBadHead(true)
    }
  }
  const saveHead = () =>
    ledger.getHead({}).then(
      (newest) => saveText(toJsonString(HeadSchema, newest, { prettySpaces: 2 }), 'application/json', 'head.json'),
      (error: unknown) => showToast(sentenceOf(error)),
    )
  return (
    <div className="cards">
      <section className="card" aria-label={texts.verify}>
        <p>{texts.verifyMeans}</p>
        <label className="field">
          <span className="field-label">{texts.kept}</span>
          <input
            className="input"
            type="file"
            accept="application/json,.json"
            onChange={({ target }) => void readHead(target.files?.[0])}
          />
        </label>
        <p className="small muted">{texts.keptMeans}</p>
        {isBadHead && (
          <p className="fault" role="alert">
            {texts.badHead}
          </p>
        )}
        <div className="row">
          {check.kind === 'running' ? (
            <Button className="button" onPress={() => running.current?.abort()}>
              {texts.stop}
            </Button>
          ) : (
            <Button className="button" data-kind="accent" isDisabled={isBadHead} onPress={() => void verify()}>
              {check.kind === 'none' ? texts.verify : texts.verifyAgain}
            </Button>
          )}
        </div>
        <Found check={check} />
      </section>
      <section className="card" aria-label={texts.head}>
        <p>{texts.headMeans}</p>
        <div>
          <Button className="button" onPress={() => void saveHead()}>
            {texts.head}
          </Button>
        </div>
      </section>
    </div>
  )
}

function Found({ check }: { readonly check: Check }) {
  return (
    <div role="status" className="stack">
      {check.kind === 'running' && <p aria-busy>{texts.checkedSoFar(check.checked)}</p>}
      {check.kind === 'stopped' && <p>{texts.stopped}</p>}
      {check.kind === 'failed' && <p>{check.problem}</p>}
      {check.kind === 'done' && (
        <>
          <p>
            <strong>{reportSentence(check.report)}</strong>
          </p>
          <ul className="stack">
            {check.report.faults.map((fault) => (
              <li key={`${fault.kind} ${fault.position} ${fault.entryId} ${fault.detail}`}>
                <Fault fault={fault} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Fault({ fault: { kind, position, entryId, detail } }: { readonly fault: Report['faults'][number] }) {
  const parts = {
    fault: faultWords(kind),
    detail: <bdi>{detail}</bdi>,
    entry: entryId !== '' && (
      <Link to="/ledger/$id" params={{ id: entryId }}>
        {texts.showEntry}
      </Link>
    ),
  }
  if (position === 0n) return <Filled text={texts.fault} with={parts} />
  return <Filled text={texts.faultAt} with={{ ...parts, position: String(position) }} />
}
