import '../fonts/screen-font.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { createI18n } from 'vue-i18n';
import { browserClock } from '../flow/browser-clock.ts';
import { useTerminal } from '../flow/terminal-store.ts';
import { whenIdle } from '../flow/when-idle.ts';
import { createPinyinClient, pinyinClientKey } from '../keyboard/pinyin-client.ts';
import { startPinyinWorker } from '../keyboard/start-pinyin-worker.ts';
import { startStrokesWorker } from '../keyboard/start-strokes-worker.ts';
import { createStrokesClient, strokesClientKey } from '../keyboard/strokes-client.ts';
import { createTypingMemory, typingMemoryKey } from '../keyboard/typing-memory.ts';
import { compileMessage } from '../locale/compile-message.ts';
import { textsOf } from '../locale/locale-texts.ts';
import { forgetEachVisit } from './forget-visit.ts';
import { lockPage } from '../ui/lock-page.ts';
import ResidentApp from './ResidentApp.vue';

const app = createApp(ResidentApp);
app.use(createPinia());
// The other languages come with use-language.ts.
const messages = { zh: textsOf('zh').messages };
const messageCompiler = (message: unknown) => compileMessage(String(message));
app.use(createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages, messageCompiler }));
const keyboards = {
  pinyin: createPinyinClient(startPinyinWorker, browserClock),
  strokes: createStrokesClient(startStrokesWorker, browserClock),
  memory: createTypingMemory(),
};
app.provide(pinyinClientKey, keyboards.pinyin);
app.provide(strokesClientKey, keyboards.strokes);
app.provide(typingMemoryKey, keyboards.memory);
forgetEachVisit(keyboards);
lockPage();
app.mount('#app');
useTerminal().start(browserClock);
whenIdle(browserClock, () => void import('../fonts/slices.ts').catch(() => undefined));
