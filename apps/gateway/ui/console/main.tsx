import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'

const place = document.querySelector('#console')
if (!place) throw new Error('The page lacks its place')
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
