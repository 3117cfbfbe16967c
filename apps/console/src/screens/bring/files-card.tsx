import type { PreviewMapResponse, Upload } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { useRef } from 'react'
import { Button } from 'react-aria-components'
import { Filled } from '../../kit/filled.tsx'
import { usePageKeys } from '../../shell/page-keys.ts'
import { useStore } from '../../shell/store.ts'
import { byteWords, remainingSeconds } from './byte-words.ts'
import { removeUpload, type SentFile, sendFiles, sentFiles } from './send-files.ts'
import { texts } from './texts.ts'

interface Props {
  readonly uploads: readonly Upload[]
  readonly preview: PreviewMapResponse | undefined
  readonly without: ReadonlySet<string>
  readonly onUse: (uploadId: string, isUsed: boolean) => void
}

/** The files that are uploaded or on their way, each with the recognised format. */
export function FilesCard({ uploads, preview, without, onUse }: Props) {
  const sent = [...useStore(sentFiles).values()]
  const chosen = useRef<HTMLInputElement>(null)
  const choose = () => chosen.current?.click()
  usePageKeys({ n: choose })
  const begun = new Set(uploads.map(({ id }) => id))
  const failed = sent.filter(({ uploadId }) => !begun.has(uploadId))
  return (
    <section className="card stack" aria-label={texts.files}>
      <h2>{texts.files}</h2>
      <div className="row">
        <Button className="button" data-kind={uploads.length === 0 ? 'accent' : undefined} onPress={choose}>
          {texts.choose}
        </Button>
        <input
          ref={chosen}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            sendFiles([...(currentTarget.files ?? [])])
            currentTarget.value = ''
          }}
        />
      </div>
      <p className="small muted">{texts.dropHint}</p>
      {uploads.length === 0 && failed.length === 0 && <p>{texts.noFiles}</p>}
      <ul className="stack" aria-label={texts.files}>
        {failed.map((file) => (
          <li key={file.name}>
            <bdi>{file.name}</bdi>
            <p className="small muted">{sendingWords(file)}</p>
          </li>
        ))}
        {uploads.map((upload) => (
          <li key={upload.id} className="stack-tight">
            <FileLine
              upload={upload}
              sent={sent.find(({ uploadId }) => uploadId === upload.id)}
              preview={preview}
              isUsed={!without.has(upload.id)}
              onUse={(isUsed) => onUse(upload.id, isUsed)}
            />
          </li>
        ))}
      </ul>
    </section>
  )
}

interface LineProps {
  readonly upload: Upload
  readonly sent: SentFile | undefined
  readonly preview: PreviewMapResponse | undefined
  readonly isUsed: boolean
  readonly onUse: (isUsed: boolean) => void
}

function FileLine({ upload, sent, preview, isUsed, onUse }: LineProps) {
  const { id, fileName, sizeBytes, receivedBytes } = upload
  const isWhole = receivedBytes === sizeBytes
  return (
    <>
      <div className="row">
        <label className="choice">
          <input type="checkbox" checked={isUsed} disabled={!isWhole} onChange={() => onUse(!isUsed)} />
          <bdi className="file-name">{fileName}</bdi>
        </label>
        <span className="small muted">{byteWords(Number(sizeBytes))}</span>
        <Button className="button" aria-label={texts.removeFile(fileName)} onPress={() => void removeUpload(id)}>
          {texts.remove}
        </Button>
      </div>
      {!isWhole && (
        <>
          <progress aria-label={fileName} value={Number(receivedBytes)} max={Number(sizeBytes)} />
          <p className="small muted">
            {sent !== undefined
              ? sendingWords(sent)
              : texts.cutOff(byteWords(Number(receivedBytes)), byteWords(Number(sizeBytes)))}
          </p>
        </>
      )}
      {isWhole && isUsed && <Recognition fileName={fileName} preview={preview} />}
    </>
  )
}

function sendingWords({ state, sentBytes, foundBytes, sizeBytes, begunAt, error }: SentFile): string {
  if (state === 'failed') return error
  const [part, whole] = [byteWords(sentBytes), byteWords(sizeBytes)]
  if (state === 'waiting') return texts.waiting(part, whole)
  const rest = remainingSeconds(sentBytes - foundBytes, sizeBytes - foundBytes, performance.now() - begunAt)
  return rest === undefined ? texts.sending(part, whole) : texts.sendingFor(part, whole, rest)
}

/** The recognised format of a file and its parts, and the map that reads them. */
function Recognition({
  fileName,
  preview,
}: {
  readonly fileName: string
  readonly preview: PreviewMapResponse | undefined
}) {
  const isOf = (name: string) =>
    name === fileName ||
    name.startsWith(`${fileName}/`) ||
    name.startsWith(`${fileName}[`) ||
    fileName.startsWith(`${name}.`)
  const parts = preview?.parts.filter(({ name }) => isOf(name)) ?? []
  const others = preview?.others.filter(({ name }) => isOf(name)) ?? []
  return (
    <ul className="small muted">
      {parts.map(({ name, look, map, inputs, nearest, columnCount }) => (
        <li key={name}>
          <PartIs
            name={name === fileName ? undefined : name}
            what={map === '' ? texts.noMap(look, columnCount, nearest) : texts.readBy(look, columnCount, map, inputs)}
          />
        </li>
      ))}
      {others.map(({ name, look }) => (
        <li key={name}>
          <PartIs name={name === fileName ? undefined : name} what={texts.noRows(look)} />
        </li>
      ))}
    </ul>
  )
}

/** @param name the name of a part; undefined when the file is one part */
function PartIs({ name, what }: { readonly name: string | undefined; readonly what: string }) {
  return name === undefined ? what : <Filled text={texts.partIs} with={{ name: <bdi>{name}</bdi>, what }} />
}
