import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useMay } from './rights.ts'
import { texts } from './texts.ts'
import { showToast } from './toast.tsx'

/** Uploads files that are dropped anywhere on the page, if the user may load data. */
export function DropAnywhere() {
  const may = useMay('administer')
  const navigate = useNavigate()
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    if (!may) return
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const over = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false)
    }
    const drop = async (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(false)
      const items = [...(event.dataTransfer?.items ?? [])]
      const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory).length
      const files = items
        .filter((item) => !item.webkitGetAsEntry()?.isDirectory)
        .flatMap((item) => item.getAsFile() ?? [])
      if (folders > 0) showToast(texts.noFolders)
      if (files.length === 0) return
      const { sendFiles } = await import('../screens/bring/send-files.ts')
      sendFiles(files)
      await navigate({ to: '/data/bring', search: {} })
    }
    const dropped = (event: DragEvent) => void drop(event)
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', dropped)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', dropped)
    }
  }, [may, navigate])
  return isOver ? <div className="drop-over">{texts.letGo}</div> : null
}
