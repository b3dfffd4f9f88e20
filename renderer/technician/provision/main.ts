import '../../fonts/screen-font.css';
import '../../ui/tokens.css';
import '../../ui/base.css';
import './provision.css';
import { createApp } from 'vue';
import { browserClock } from '../../flow/browser-clock.ts';
import { whenIdle } from '../../flow/when-idle.ts';
import { lockPage } from '../../ui/lock-page.ts';
import ProvisionApp from './ProvisionApp.vue';

lockPage();
createApp(ProvisionApp).mount('#app');
// For what a district writes in names, and the first font has not.
whenIdle(browserClock, () => void import('../../fonts/slices.ts').catch(() => undefined));
