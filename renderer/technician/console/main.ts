import '../../fonts/screen-font.css';
import '../../ui/tokens.css';
import '../../staff/staff.css';
import './console.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { createI18n } from 'vue-i18n';
import { browserClock } from '../../flow/browser-clock.ts';
import { compileMessage } from '../../locale/compile-message.ts';
import { staffEn } from '../../locale/staff.en.ts';
import { staffZh } from '../../locale/staff.zh.ts';
import { technicianEn } from '../../locale/technician.en.ts';
import { technicianZh } from '../../locale/technician.zh.ts';
import { lockAtKiosk } from '../../ui/lock-page.ts';
import { useStaff } from '../../staff/staff-store.ts';
import ConsoleApp from './ConsoleApp.vue';

const app = createApp(ConsoleApp);
app.use(createPinia());
const messages = {
  zh: { ...staffZh, technician: technicianZh },
  en: { ...staffEn, technician: technicianEn },
};
const messageCompiler = (message: unknown) => compileMessage(String(message));
app.use(createI18n({ legacy: false, locale: 'zh', fallbackLocale: 'zh', messages, messageCompiler }));
lockAtKiosk();
app.mount('#app');
useStaff().start(browserClock, 'technician');
