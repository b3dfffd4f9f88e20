import '../../fonts/screen-font.css';
import '../../ui/tokens.css';
import '../../ui/base.css';
import './provision.css';
import { createApp } from 'vue';
import ProvisionApp from './ProvisionApp.vue';

createApp(ProvisionApp).mount('#app');
